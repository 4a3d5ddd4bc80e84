"""Every sentence of the page, in English and Korean side by side, a module for each part of it."""

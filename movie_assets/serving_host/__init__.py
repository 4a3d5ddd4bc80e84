"""The release agent of a serving host: brings the wanted release into a slot, moves the route, reports."""

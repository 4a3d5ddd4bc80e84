"""All that a prediction needs, and nothing else; packed whole into the Bento."""

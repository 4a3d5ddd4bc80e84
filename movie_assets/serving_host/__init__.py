"""A serving host: the release agent, its two slots, the route, the Bento cache, rollouts and the log's shipping."""

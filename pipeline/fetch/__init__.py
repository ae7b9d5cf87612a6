"""Sources to pages. `client` is the one door to the network; everything else here is pure."""

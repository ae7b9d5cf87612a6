"""The same flow, run four ways: a stream, a crawl, all cores, a cluster."""

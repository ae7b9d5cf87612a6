"""All that is on disk: state, pages, index, inputs, outputs."""

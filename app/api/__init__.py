"""The HTTP interface: routes, error answers, headers and the binary tensor format."""

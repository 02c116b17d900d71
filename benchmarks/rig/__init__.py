"""What the measurements share: data, servers, load."""

"""What every room of the app may use: contracts, ports, errors, the pure domain and the adapters behind the ports."""

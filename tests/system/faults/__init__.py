"""Failures of all kinds, injected: kills, memory, disks, clocks, clients, the protocol."""

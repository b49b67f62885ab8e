"""The deterministic stand-in for a language model, which lets every persona talk with no key and no network.

It matches words; it does not understand them, and says so when asked. It must not reach for the network, the clock
or chance, nor remember anything between requests but which ids it has used: all is replayed from the messages.
Read `decide` first.
"""

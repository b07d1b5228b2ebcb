"""The process that serves.

In: the application and its stack. Out: answers on a socket, until a signal.
Only server.py imports it.
"""

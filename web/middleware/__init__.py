"""What stands between the network and every view.

In: requests. Out: cached, counted, limited, logged answers, and errors as a client can read them.
Every part of web may import it; it imports only graph.
"""

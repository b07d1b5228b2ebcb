"""How RDF is named, typed, stored and written.

In: nothing but the engine and the files of `ontology/`. Out: names, formats, vocabularies, stores.
The floor: anyone may import it.
"""

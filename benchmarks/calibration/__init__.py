"""Whether the statistics keep what they promise: simulated experiments without number, analysed by the product itself.

Each module measures one promise on the product's own functions, never on a copy of them. Nothing here is imported by
the product.
"""

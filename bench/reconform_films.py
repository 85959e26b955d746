def films(*a, **k): pass

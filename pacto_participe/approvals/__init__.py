"""Four eyes: what one administrator asks for, another one confirms."""

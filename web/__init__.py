"""The HTTP surface: blueprints, and what stands in front of them."""

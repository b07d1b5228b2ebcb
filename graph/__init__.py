"""policyprov: a provenance knowledge graph of policy news."""

"""The parts a scenario is made of: field types, behaviour, community, shop."""

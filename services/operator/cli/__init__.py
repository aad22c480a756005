"""The operator's commands, a module for each family; ``services.cli`` assembles them."""

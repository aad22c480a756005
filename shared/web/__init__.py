"""How the services face the outside: who calls, who may see, what a no looks like over HTTP."""

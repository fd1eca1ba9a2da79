"""How far the checks are right: on texts of people that are known to be good, and on faults put in on purpose."""

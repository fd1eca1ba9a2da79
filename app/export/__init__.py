"""The finished files: what leaves a project, in which form, and what stays and why."""

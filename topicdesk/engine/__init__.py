"""The engine: stages in order over a project, behind a process that takes requests and speaks in events; no Qt."""

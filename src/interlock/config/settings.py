"""Django settings; the values come from `interlock.config.options`."""

"""The outside world, in plain Python: no models, no migrations, nothing imported from the other apps."""

"""The tests on several Pythons, at the lowest and the newest versions of what is depended on."""

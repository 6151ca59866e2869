"""Pictures made of runs, in the colours of the page: sheets of maps, and posters of scenes."""

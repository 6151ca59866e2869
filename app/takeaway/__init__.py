"""Taking a scene home: the page as one HTML file, and a SCORM package around it."""

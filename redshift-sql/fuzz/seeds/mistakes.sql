selct 1; select a form t whre b = 'x; /* open

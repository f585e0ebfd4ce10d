"""`python -m lyhord` is the command `lyhord`."""

from lyhord.app.command import main

if __name__ == "__main__":
    main()

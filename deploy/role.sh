#!/bin/sh
# The role of the product: no superuser, and the owner of its database. Run once, by PostgreSQL's own image, on an empty folder.
set -eu
psql -v ON_ERROR_STOP=1 -v word="$(cat /run/secrets/lyhord_role)" --username postgres <<'SQL'
CREATE ROLE lyhord LOGIN CREATEDB PASSWORD :'word';
CREATE DATABASE lyhord OWNER lyhord;
SQL

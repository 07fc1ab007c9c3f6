#!/bin/sh
# PostgreSQL's image runs this once, on an empty volume, after roles.sql: the login of web and worker (compose.yaml).
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$SHOP_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE shop LOGIN PASSWORD :'password' IN ROLE comptoir_app;
SQL

# PostgreSQL for Dagster's storage, as a user that is not root from its first process on.

FROM postgres:16
USER root
# A new volume takes its owner from the folder it is mounted on; the public image would change it as root at each start.
RUN mkdir -p /var/lib/postgresql/dagster && chown postgres:postgres /var/lib/postgresql/dagster
ENV PGDATA=/var/lib/postgresql/dagster
USER postgres

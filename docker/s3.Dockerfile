# The object store: SeaweedFS's S3 server, as a user that is not root, with keys from the environment.
# Build with the repository's top folder as context.

ARG SEAWEEDFS_TAG=4.48
FROM chrislusf/seaweedfs:${SEAWEEDFS_TAG}
USER root
# A new volume takes its owner from the folder it is mounted on.
RUN mkdir -p /var/lib/movies && chown 10001:10001 /var/lib/movies
COPY docker/s3.sh /opt/s3/
RUN chmod -R a+rX,go-w /opt/s3
USER 10001:10001
ENTRYPOINT ["/bin/sh", "/opt/s3/s3.sh"]

#!/bin/sh
# Write who may do what, then become the S3 server. Only S3 listens outside the container: the master, the volume
# server and the filer ask for no keys.
set -eu
umask 077

# The serving host reads Bentos and the release record, and writes nothing but that record and what it has served.
# SeaweedFS takes a key's name for a bucket's policy only with a star at its end.
releases="$MOVIE_BUCKET/$MOVIE_SOURCE/release*"
served="$MOVIE_BUCKET/$MOVIE_SOURCE/served_predictions/*"
cat > /tmp/keys.json <<KEYS
{"identities": [
  {"name": "platform",
   "credentials": [{"accessKey": "$S3_ACCESS_KEY", "secretKey": "$S3_SECRET_KEY"}],
   "actions": ["Admin", "Read", "Write", "List", "Tagging"]},
  {"name": "serving",
   "credentials": [{"accessKey": "$S3_SERVING_ACCESS_KEY", "secretKey": "$S3_SERVING_SECRET_KEY"}],
   "actions": ["Read:$releases", "Write:$releases", "Read:$served", "Write:$served",
               "Read:$MOVIE_BUCKET/$MOVIE_SOURCE/bentos/*"]}
]}
KEYS

exec /usr/bin/weed -logtostderr=true server \
    -dir=/var/lib/movies \
    -ip=127.0.0.1 -ip.bind=127.0.0.1 -s3.ip.bind=0.0.0.0 \
    -filer=true -s3=true -s3.port=8333 -s3.config=/tmp/keys.json \
    -s3.port.iceberg=0 -s3.port.lance=0 \
    -master.telemetry=false -master.electionTimeout=1s -master.volumePreallocate=false \
    -master.volumeSizeLimitMB=128 -volume.max=400 -volume.preStopSeconds=0

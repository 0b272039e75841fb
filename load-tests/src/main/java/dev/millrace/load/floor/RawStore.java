package dev.millrace.load.floor;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.UploadSigner;
import dev.millrace.invocation.port.UploadSigner.SignedRequest;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.load.harness.ClosedLoop;
import dev.millrace.load.harness.HttpConnection;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;

/// PUTs and GETs by presigned addresses on bare connections; the signatures are a few tens of microseconds each.
public final class RawStore {
    private static final Duration WARM_UP = Duration.ofSeconds(2);

    private final URI endpoint;
    private final BucketName bucket;
    private final UploadSigner signer;

    /// @param bucket that exists
    public RawStore(URI endpoint, BucketName bucket, UploadSigner signer) {
        this.endpoint = endpoint;
        this.bucket = bucket;
        this.signer = signer;
    }

    /// New objects of that size, so many at a time, each under a key of its own.
    public ClosedLoop.Taken puts(int bytes, int callers, Duration time) throws InterruptedException {
        String folder = "raw/" + UUID.randomUUID();
        byte[] body = new byte[bytes];
        return ClosedLoop.run(callers, WARM_UP, time, index -> new Caller() {
            @Override
            public void call(int n) throws IOException {
                SignedRequest signed = sign(folder + "/" + index + "-" + n);
                HttpConnection.Answer answer =
                        connection.send(HttpConnection.request("PUT", signed.uri(), signed.headers(), body));
                expect(answer, 200);
            }
        });
    }

    /// One PUT of any size.
    public Duration put(String key, long length, HttpConnection.Body body) throws IOException {
        SignedRequest signed = sign(key);
        try (var connection = new HttpConnection(endpoint)) {
            long start = System.nanoTime();
            HttpConnection.Answer answer = connection.send("PUT", signed.uri(), signed.headers(), length, body);
            expect(answer, 200);
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    private SignedRequest sign(String key) {
        return signer.signPut(new ObjectLocation(bucket, key), ObjectAttributes.NONE, WriteCondition.ALWAYS);
    }

    private static void expect(HttpConnection.Answer answer, int status) throws IOException {
        if (answer.status() != status) {
            throw new IOException("the store answered " + answer.status() + ": " + answer.text());
        }
    }

    /// With a connection of its own.
    private abstract class Caller implements ClosedLoop.Caller {
        final HttpConnection connection;

        Caller() throws IOException {
            connection = new HttpConnection(endpoint);
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }
}

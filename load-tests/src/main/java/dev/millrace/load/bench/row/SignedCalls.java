package dev.millrace.load.bench.row;

import dev.millrace.identity.AccessKey;
import dev.millrace.identity.AccessKeys;
import dev.millrace.identity.NewAccessKey;
import dev.millrace.identity.Role;
import dev.millrace.identity.SecretSeal;
import dev.millrace.identity.SessionTokens;
import dev.millrace.identity.SignatureVerifier;
import dev.millrace.identity.SignedRequest;
import dev.millrace.invocation.Payload;
import dev.millrace.load.bench.Figure;
import dev.millrace.load.bench.Installation;
import dev.millrace.load.bench.Measurement;
import dev.millrace.load.bench.Reading;
import dev.millrace.load.harness.ClosedLoop;
import dev.millrace.load.harness.Digits;
import dev.millrace.load.harness.HttpConnection;
import dev.millrace.runtime.Secret;
import dev.millrace.testkit.AwsSigner;
import dev.millrace.testkit.TestModel;
import java.io.IOException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/// What signatures cost: calls signed by AWS's signer beside the same calls to an installation that asks
/// for nothing.
///
/// The requests are signed beforehand, so that only the check is measured; both installations are called
/// in turn, so that the machine's moods meet both.
public final class SignedCalls implements Measurement {
    private static final double TARGET_CONTROL_MILLIS = 20;
    private static final double TARGET_RATIO = 1.1;
    private static final double TARGET_CHECK_MILLIS = 0.05;
    private static final int CALLS = 200;
    private static final Payload FOUR_KB = Payload.of(new byte[4096]);
    private static final Map<String, List<String>> JSON =
            Map.of("Content-Type", List.of("application/json"), "Accept", List.of("application/json"));

    private final Digits digits = new Digits(TestModel.DIGITS);

    @Override
    public String name() {
        return "signed-calls";
    }

    @Override
    public List<Reading> take(Installation installation) throws IOException, InterruptedException {
        String endpoint = installation.digits();
        Reading control = control(installation);
        try (Installation open = installation.open()) {
            open.digits();
            return List.of(control, realTime(installation, open, endpoint), check(installation));
        }
    }

    private static Reading control(Installation installation) throws InterruptedException {
        Map<String, List<String>> headers = Map.of(
                "X-Amz-Target", List.of("SageMaker.ListModels"), "Content-Type", List.of("application/x-amz-json-1.1"));
        byte[] signed = signed(installation, "/", headers, Payload.ofUtf8("{}"));
        byte[] bearer = HttpConnection.request(
                "POST",
                installation.apiUri().resolve("/"),
                installation.authorized(
                        Map.of("X-Amz-Target", "SageMaker.ListModels", "Content-Type", "application/x-amz-json-1.1")),
                Payload.ofUtf8("{}").bytes());
        ClosedLoop.Taken taken = control(installation, signed);
        ClosedLoop.Taken unsigned = control(installation, bearer);
        return new Reading(
                "control-plane call (ListModels), signed, one connection",
                "p50 ≤ 20 ms",
                Figure.millis("p50", taken.millis(50)),
                Figure.millis("with a bearer token", unsigned.millis(50)),
                taken.millis(50) <= TARGET_CONTROL_MILLIS,
                List.of(Figure.millis("p99", taken.millis(99)), Figure.perSecond("calls", taken.perSecond())),
                List.of());
    }

    private static ClosedLoop.Taken control(Installation installation, byte[] request) throws InterruptedException {
        return ClosedLoop.run(
                1,
                installation.seconds(5, 3),
                installation.seconds(5, 3),
                _ -> new ControlCaller(installation, request));
    }

    private static final class ControlCaller implements ClosedLoop.Caller {
        private final HttpConnection connection;
        private final byte[] request;

        ControlCaller(Installation installation, byte[] request) throws IOException {
            this.connection = new HttpConnection(installation.apiUri());
            this.request = request;
        }

        @Override
        public void call(int n) throws IOException {
            HttpConnection.Answer answer = connection.send(request);
            if (answer.status() != 200) {
                throw new IOException(answer.status() + " " + answer.text());
            }
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }

    private Reading realTime(Installation installation, Installation open, String endpoint)
            throws IOException, InterruptedException {
        List<byte[]> signed = IntStream.range(0, CALLS)
                .mapToObj(row -> signed(
                        installation, "/endpoints/" + endpoint + "/invocations", JSON, Payload.of(digits.json(row))))
                .toList();
        List<byte[]> plain = IntStream.range(0, CALLS)
                .mapToObj(row -> open.realTime(endpoint, "application/json", digits.json(row)))
                .toList();
        var first = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
        var second = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
        try (var asked = new RealTimeCaller(installation, digits, signed, 0);
                var unasked = new RealTimeCaller(open, digits, plain, 0)) {
            long from = System.nanoTime() + installation.seconds(15, 8).toNanos();
            long end = from + installation.seconds(30, 10).toNanos();
            for (int n = 0; System.nanoTime() < end; n++) {
                boolean isCounted = System.nanoTime() >= from;
                time(asked, n, first, isCounted);
                time(unasked, n, second, isCounted);
            }
        }
        double with = first.getValueAtPercentile(50) / 1e6;
        double without = second.getValueAtPercentile(50) / 1e6;
        return new Reading(
                "real-time, digits, one connection, signed",
                "p50 within 10 % of calls that nobody checks",
                Figure.millis("p50", with),
                Figure.millis("nobody asked for credentials", without),
                with <= TARGET_RATIO * without,
                List.of(
                        Figure.millis("p99", first.getValueAtPercentile(99) / 1e6),
                        Figure.millis("p99 of the others", second.getValueAtPercentile(99) / 1e6)),
                List.of());
    }

    private static void time(RealTimeCaller caller, int n, Histogram latencies, boolean isCounted) throws IOException {
        long before = System.nanoTime();
        caller.call(n);
        if (isCounted) {
            latencies.recordValue(System.nanoTime() - before);
        }
    }

    /// The check alone, in this JVM, which has both compilers.
    private static Reading check(Installation installation) throws InterruptedException {
        var key = new AccessKey("AKIABENCH", new Secret("a secret that is nobody's"), Role.INVOKER);
        Instant now = Instant.now();
        AwsSigner.Signed signed = new AwsSigner(key.id(), key.secret(), now)
                .sign(
                        AwsSigner.Plain.post("127.0.0.1:8080", "/endpoints/digits/invocations", JSON, FOUR_KB),
                        "sagemaker",
                        AwsSigner.REGION);
        var headers = new HashMap<String, List<String>>();
        signed.headers().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
        var request = new SignedRequest(signed.method(), signed.path(), signed.query(), headers);
        AccessKeys keys = _ -> Optional.of(key);
        InstantSource clock = InstantSource.fixed(now);
        var random = new SecureRandom();
        var sessions =
                new SessionTokens(keys, SecretSeal.derivedFrom(key.secret(), random), new NewAccessKey(random), clock);
        var verifier = new SignatureVerifier(keys, sessions, AwsSigner.REGION, Set.of("sagemaker"), clock);
        Duration time = installation.seconds(3, 2);
        ClosedLoop.Taken checks =
                ClosedLoop.run(1, time, time, _ -> _ -> verifier.begin(request).caller(sha256()));
        ClosedLoop.Taken hashes = ClosedLoop.run(1, time, time, _ -> _ -> sha256());
        return new Reading(
                "check of the signature of a request of 4 KB",
                "≤ 50 µs",
                Figure.millis("p50", checks.millis(50)),
                Figure.millis("SHA-256 of its body", hashes.millis(50)),
                checks.millis(50) <= TARGET_CHECK_MILLIS,
                List.of(Figure.millis("p99", checks.millis(99))),
                List.of());
    }

    private static byte[] sha256() throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256").digest(FOUR_KB.bytes());
    }

    private static byte[] signed(
            Installation installation, String path, Map<String, List<String>> headers, Payload body) {
        URI uri = installation.apiUri().resolve(path);
        AwsSigner.Signed signed = installation
                .awsSigner()
                .sign(AwsSigner.Plain.post(uri.getAuthority(), path, headers, body), "sagemaker", AwsSigner.REGION);
        var all = new HashMap<String, String>();
        // The connection writes these itself, to the same.
        signed.headers().forEach((name, values) -> {
            if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Content-Length")) {
                all.put(name, String.join(",", values));
            }
        });
        return HttpConnection.request("POST", uri, all, body.bytes());
    }
}

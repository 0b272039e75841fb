package dev.millrace.storage;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.runtime.Secret;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;

/// Small conditional puts per second: `SmallPutBenchmark ENDPOINT ACCESS SECRET KIND CONCURRENT SECONDS
/// [FOLDERS]`.
///
/// KIND is `adapter`, `presigned` or `minio`; FOLDERS is `id` for a folder per object (as payloads have) or
/// `flat`.
public final class SmallPutBenchmark {
    private static final BucketName BUCKET = new BucketName("benchmark");

    private SmallPutBenchmark() {}

    private interface Put {
        void put(ObjectLocation at, InvocationId id) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        URI endpoint = URI.create(arguments[0]);
        var config = new S3Config(endpoint, endpoint, "us-east-1", arguments[1], new Secret(arguments[2]));
        int concurrent = Integer.parseInt(arguments[4]);
        Duration time = Duration.ofSeconds(Integer.parseInt(arguments[5]));
        boolean isFlat = arguments.length > 6 && arguments[6].equals("flat");
        var random = RandomGenerator.of("L64X128MixRandom");
        var clock = InstantSource.system();
        byte[] body = new byte[300];
        Arrays.fill(body, (byte) 'x');
        @SuppressWarnings("try")
        var minio = MinioClient.builder()
                .endpoint(endpoint.toString())
                .credentials(arguments[1], arguments[2])
                .region("us-east-1")
                .build();
        try (var store = new S3ObjectStore(config, BUCKET, clock, random);
                var signer = new S3UploadSigner(config, clock, random)) {
            store.ensureBucket(BUCKET);
            var client = new OkHttpClient.Builder()
                    .connectionPool(new ConnectionPool(256, 15, java.util.concurrent.TimeUnit.SECONDS))
                    .build();
            Put put = switch (arguments[3]) {
                case "adapter" ->
                    (at, id) -> store.put(
                            at,
                            Payload.of(body),
                            new ObjectAttributes("application/json", id),
                            WriteCondition.IF_ABSENT);
                case "presigned" ->
                    (at, id) -> {
                        var signed = signer.signPut(
                                at, new ObjectAttributes("application/json", id), WriteCondition.IF_ABSENT);
                        var request = new Request.Builder()
                                .url(signed.uri().toString())
                                .headers(okhttp3.Headers.of(signed.headers()))
                                .put(RequestBody.create(body))
                                .build();
                        try (var response = client.newCall(request).execute()) {
                            if (!response.isSuccessful()) {
                                throw new IllegalStateException(response.toString());
                            }
                        }
                    };
                default ->
                    (at, id) -> minio.putObject(PutObjectArgs.builder()
                            .bucket(BUCKET.value())
                            .object(at.key())
                            .headers(Map.of("If-None-Match", "*"))
                            .userMetadata(Map.of("invocation-id", id.toString()))
                            .stream(new java.io.ByteArrayInputStream(body), 300L, -1L)
                            .build());
            };
            run(put, clock, random, concurrent, Duration.ofSeconds(5), isFlat);
            run(put, clock, random, concurrent, time, isFlat);
        }
    }

    private static void run(
            Put put, InstantSource clock, RandomGenerator random, int concurrent, Duration time, boolean isFlat)
            throws Exception {
        var done = new AtomicLong();
        var latencies = new AtomicLongArray(1 << 20);
        long start = System.nanoTime();
        Callable<Void> worker = () -> {
            while (System.nanoTime() - start < time.toNanos()) {
                InvocationId id;
                synchronized (random) {
                    id = InvocationId.create(clock, random);
                }
                long before = System.nanoTime();
                put.put(new ObjectLocation(BUCKET, isFlat ? "flat/" + id : "payloads/" + id + "/input"), id);
                int index = (int) done.getAndIncrement();
                latencies.set(index, System.nanoTime() - before);
            }
            return null;
        };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> workers =
                    IntStream.range(0, concurrent).mapToObj(_ -> worker).toList();
            for (var future : threads.invokeAll(workers)) {
                future.get();
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        long[] sorted = IntStream.range(0, (int) done.get())
                .mapToLong(latencies::get)
                .sorted()
                .toArray();
        System.out.printf(
                "%d puts in %.1f s: %.0f/s, p50 %.1f ms, p99 %.1f ms%n",
                done.get(),
                seconds,
                done.get() / seconds,
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length * 99 / 100] / 1e6);
    }
}

package dev.millrace.storage;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.UploadSigner;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.invocation.port.WriteResult;
import dev.millrace.runtime.Threads;
import io.minio.Http;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Signs for the gateway, which carries the bytes; asks the store on virtual threads where it must.
public final class S3UploadSigner implements UploadSigner, AutoCloseable {
    private static final Duration UPLOAD_VALIDITY = Duration.ofMinutes(15);
    private static final Duration DOWNLOAD_VALIDITY = Duration.ofMinutes(15);
    /// Multipart calls under way or waiting for their turn; more are refused.
    private static final int MAX_CALLS = 1024;

    private final S3Signing inside;
    private final S3Signing outside;
    private final S3Calls calls;
    private final Multipart multipart;
    private final ThreadFactory threads = Threads.virtual("upload-call");
    private final Semaphore room = new Semaphore(MAX_CALLS);
    private final Executor executor = work -> threads.newThread(work).start();

    public S3UploadSigner(S3Config config, InstantSource clock, RandomGenerator random) {
        this.inside = new S3Signing(config.endpoint(), config, clock);
        this.outside = new S3Signing(config.publicEndpoint(), config, clock);
        this.calls = new S3Calls(inside, new S3Http(config), new Retries(random));
        this.multipart = new Multipart(calls);
    }

    @Override
    public SignedRequest signPut(ObjectLocation at, ObjectAttributes attributes, WriteCondition condition) {
        var headers = new HashMap<>(S3Request.headersOf(attributes));
        headers.putAll(S3Request.headersOf(condition));
        return signed(inside, S3Request.of(Http.Method.PUT, at).headers(headers), UPLOAD_VALIDITY);
    }

    @Override
    public SignedRequest signGet(ObjectLocation at, String fileName) {
        var request = S3Request.of(Http.Method.GET, at)
                .parameters(Map.of("response-content-disposition", attachment(fileName)));
        return signed(outside, request, DOWNLOAD_VALIDITY);
    }

    @Override
    public CompletionStage<String> startMultipart(ObjectLocation at, ObjectAttributes attributes) {
        return later(() -> multipart.start(at, attributes));
    }

    @Override
    public SignedRequest signPart(ObjectLocation at, String uploadId, int number) {
        if (number < 1 || number > Multipart.MAX_PARTS) {
            throw new PlatformException(
                    ErrorCode.PAYLOAD_TOO_LARGE, "part " + number + " (expected: 1 to " + Multipart.MAX_PARTS + ")");
        }
        var request = S3Request.of(Http.Method.PUT, at)
                .parameters(Map.of("uploadId", uploadId, "partNumber", String.valueOf(number)));
        return signed(inside, request, UPLOAD_VALIDITY);
    }

    @Override
    public CompletionStage<WriteResult> completeMultipart(
            ObjectLocation at, String uploadId, List<Part> parts, WriteCondition condition) {
        return later(() -> multipart.complete(at, uploadId, List.copyOf(parts), condition, ObjectAttributes.NONE, -1));
    }

    @Override
    public CompletionStage<Void> abortMultipart(ObjectLocation at, String uploadId) {
        return later(() -> {
            multipart.abort(at, uploadId);
            return null;
        });
    }

    @Override
    public void close() {
        calls.close();
    }

    private static SignedRequest signed(S3Signing signing, S3Request request, Duration validity) {
        URI uri = signing.presign(request, validity);
        return new SignedRequest(request.method().name(), uri, request.headers());
    }

    private <T> CompletionStage<T> later(Supplier<T> call) {
        if (!room.tryAcquire()) {
            return CompletableFuture.failedStage(
                    new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "store: too many uploads at once"));
        }
        return CompletableFuture.supplyAsync(call, executor).whenComplete((_, _) -> room.release());
    }

    /// RFC 6266: the plain name for old readers, the exact one in UTF-8 for the others.
    private static String attachment(String fileName) {
        String plain = fileName.replaceAll("[^A-Za-z0-9._ -]", "_");
        String exact = URLEncoder.encode(fileName, StandardCharsets.UTF_8).replace("+", "%20");
        return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + exact;
    }
}

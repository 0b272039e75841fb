package dev.millrace.storage;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/// Sends single requests over pooled connections; blocking, one attempt each.
///
/// OkHttp's own resending is off: it would send a conditional write twice and show us only the second
/// answer.
final class S3Http implements AutoCloseable {
    /// Requests waiting for their answer at once; the others wait for a turn.
    private static final int MAX_CONCURRENT = 256;

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final int MAX_ERROR_BYTES = 64 * 1024;

    private final OkHttpClient client;
    private final Semaphore turns = new Semaphore(MAX_CONCURRENT);

    S3Http(S3Config config) {
        boolean isClear = "http".equals(config.endpoint().getScheme());
        client = new OkHttpClient.Builder()
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .connectTimeout(CONNECT)
                .readTimeout(SILENCE)
                .writeTimeout(SILENCE)
                // Shorter than servers keep idle connections, so that we seldom use one they have closed.
                .connectionPool(new ConnectionPool(MAX_CONCURRENT, 15, TimeUnit.SECONDS))
                .connectionSpecs(List.of(isClear ? ConnectionSpec.CLEARTEXT : ConnectionSpec.MODERN_TLS))
                .build();
    }

    /// Sends a request; the caller closes the response.
    ///
    /// @param total how long until the answer's headers and, read at once, its body
    /// @throws S3Refusal when the status is not 2xx
    /// @throws IOException when there is no answer: the request may have taken effect
    Response send(Request request, Duration total) throws IOException {
        acquire(total);
        try {
            Call call = client.newCall(request);
            call.timeout().timeout(total.toNanos(), TimeUnit.NANOSECONDS);
            Response response = call.execute();
            if (response.isSuccessful()) {
                return response;
            }
            try (response) {
                throw S3Refusal.of(
                        response.code(), response.peekBody(MAX_ERROR_BYTES).string());
            }
        } catch (InterruptedIOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "store: interrupted", e);
            }
            throw e;
        } catch (S3Refusal e) {
            throw e;
        } catch (IOException e) {
            // A store that was restarted has closed the idle connections too: the next try shall not meet them.
            client.connectionPool().evictAll();
            throw e;
        } finally {
            turns.release();
        }
    }

    private void acquire(Duration wait) throws IOException {
        try {
            if (!turns.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IOException("no turn within " + wait);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "store: interrupted", e);
        }
    }

    @Override
    public void close() {
        client.connectionPool().evictAll();
        client.dispatcher().executorService().shutdown();
    }
}

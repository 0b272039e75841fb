package dev.millrace.embedded.store;

import com.google.common.base.Throwables;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.gaul.s3proxy.S3ProxyHandler;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/// Hands requests to S3Proxy and answers every failure with an S3 error document.
///
/// S3Proxy's own servlet has no place to bound the bodies that its handler holds in memory.
final class StoreServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = LoggerFactory.getLogger(StoreServlet.class);
    private static final long MAX_DISCARDED = 64L << 20;
    private static final Duration MAX_DISCARDING = Duration.ofSeconds(5);

    private final transient Handler handler;
    private final transient HeapBudget heap;

    StoreServlet(Handler handler, HeapBudget heap) {
        this.handler = handler;
        this.heap = heap;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try (var body = request.getInputStream()) {
            try (var _ = heap.reserve(request)) {
                handler.doHandle(request, request, response, body, new S3ProxyHandler.RequestContext());
            } catch (IOException | RuntimeException e) {
                if (response.isCommitted()) {
                    throw e;
                }
                handler.refuse(request, response, e);
                response.flushBuffer();
                discardRest(body);
            }
        }
    }

    /// Reads on over a body that nobody wants, within bounds: a client that is still writing when the
    /// connection is reset does not see why.
    private static void discardRest(InputStream body) {
        var nothing = new byte[64 << 10];
        long end = System.nanoTime() + MAX_DISCARDING.toNanos();
        long left = MAX_DISCARDED;
        try {
            int read = 0;
            while (read >= 0 && left > 0 && System.nanoTime() < end) {
                read = body.read(nothing);
                left -= read;
            }
        } catch (IOException e) {
            LOGGER.atDebug().addKeyValue("error", e.toString()).log("the rest of a refused body did not come");
        }
    }

    /// S3Proxy's handler, with its way of writing error documents opened.
    static final class Handler extends S3ProxyHandler {
        /// @param maxBufferedBytes of a body whose hash is signed
        Handler(BlobStore store, EmbeddedStoreConfig config, long maxBufferedBytes) {
            super(
                    store,
                    AuthenticationType.AWS_V4,
                    config.accessKey(),
                    config.secretKey().value(),
                    /* virtualHost= */ null,
                    /* maxSinglePartObjectSize= */ 5L << 30,
                    maxBufferedBytes,
                    /* v4MaxChunkSize= */ 16 << 20,
                    /* ignoreUnknownHeaders= */ false,
                    /* corsRules= */ null,
                    /* servicePath= */ "",
                    /* maximumTimeSkew= */ 15 * 60);
        }

        void refuse(HttpServletRequest request, HttpServletResponse response, Exception failure) throws IOException {
            Optional<AwsServiceException> refusal = cause(failure, AwsServiceException.class);
            if (refusal.isPresent()) {
                refuse(request, response, refusal.get());
            } else if (cause(failure, TimeoutException.class).isPresent()) {
                send(request, response, 400, "RequestTimeout", "The body did not arrive in time");
            } else if (cause(failure, EOFException.class).isPresent()) {
                send(request, response, 400, "IncompleteBody", "The connection ended before the body did");
            } else if (failure instanceof IllegalArgumentException) {
                send(request, response, 400, "InvalidArgument", String.valueOf(failure.getMessage()));
            } else if (failure instanceof UnsupportedOperationException) {
                send(request, response, 501, "NotImplemented", "This store does not do that");
            } else {
                LOGGER.atError()
                        .addKeyValue("method", request.getMethod())
                        .addKeyValue("path", request.getRequestURI())
                        .setCause(failure)
                        .log("request failed");
                send(request, response, 500, "InternalError", "The store met an error");
            }
        }

        private void refuse(HttpServletRequest request, HttpServletResponse response, AwsServiceException refusal)
                throws IOException {
            var backend = S3Exceptions.httpResponse(refusal);
            if (backend != null) {
                backend.firstMatchingHeader("ETag").ifPresent(etag -> response.setHeader("ETag", etag));
            }
            String code = S3Exceptions.errorCode(refusal);
            if (code != null) {
                String message = refusal.awsErrorDetails().errorMessage();
                send(request, response, refusal.statusCode(), code, message == null ? "" : message);
            } else if (refusal.statusCode() == 412 && isConditionalRead(request)) {
                response.setStatus(304);
            } else {
                send(request, response, refusal.statusCode(), codeOf(refusal.statusCode()), "");
            }
        }

        private void send(
                HttpServletRequest request, HttpServletResponse response, int status, String code, String message)
                throws IOException {
            sendSimpleErrorResponse(request, response, code, status, message, Map.of());
        }

        /// What S3Proxy's stores mean when they give a status and no code.
        private static String codeOf(int status) {
            return switch (status) {
                case 400, 422 -> "BadDigest";
                case 403 -> "AccessDenied";
                case 404 -> "NoSuchKey";
                case 405 -> "MethodNotAllowed";
                case 412 -> "PreconditionFailed";
                case 416 -> "InvalidRange";
                default -> "InternalError";
            };
        }

        private static boolean isConditionalRead(HttpServletRequest request) {
            boolean isRead =
                    request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
            return isRead && request.getHeader("If-Match") == null && request.getHeader("If-Unmodified-Since") == null;
        }

        private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
            return Throwables.getCausalChain(failure).stream()
                    .filter(type::isInstance)
                    .map(type::cast)
                    .findFirst();
        }
    }
}

package dev.millrace.gateway.http;

import dev.millrace.gateway.upload.BodyWatch;
import dev.millrace.identity.BearerTokens;
import dev.millrace.identity.Permission;
import dev.millrace.identity.Principal;
import dev.millrace.identity.SignatureVerifier;
import dev.millrace.identity.SignedCall;
import dev.millrace.identity.SignedRequest;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds out who makes a request: by its AWS Signature Version 4 or by its bearer token.
///
/// A signature is over the body. A small body is read and checked before anything is done; a larger one
/// is checked while it passes, and refused at its end, before it is whole in the store.
public final class Authentication {
    private static final String BEARER = "Bearer ";

    /// Of a body that says what its caller wants; as long as the routes allow that read it.
    private static final int MAX_IDENTIFIED = 1 << 20;

    private final @Nullable SignatureVerifier signatures;
    private final @Nullable BearerTokens tokens;
    private final int heldBytes;

    private Authentication(@Nullable SignatureVerifier signatures, @Nullable BearerTokens tokens, int heldBytes) {
        this.signatures = signatures;
        this.tokens = tokens;
        this.heldBytes = heldBytes;
    }

    /// @param heldBytes bodies up to this size are read before the route is asked
    public static Authentication by(SignatureVerifier signatures, BearerTokens tokens, int heldBytes) {
        return new Authentication(signatures, tokens, heldBytes);
    }

    /// Everybody may do everything.
    public static Authentication off() {
        return new Authentication(null, null, 0);
    }

    /// A route that only callers reach who may do that.
    Route guard(Permission permission, Route route) {
        return exchange -> admit(exchange, permission).compose(_ -> route.handle(exchange));
    }

    /// Who made a request.
    ///
    /// @param principal null where nobody is asked, or the request needs no credentials
    record Caller(@Nullable Principal principal) {
        static final Caller ANYBODY = new Caller(null);

        /// @throws PlatformException `ACCESS_DENIED` when the caller's role does not allow it
        void require(Permission permission) {
            Principal known = principal;
            if (known != null && !known.may(permission)) {
                throw new PlatformException(
                        ErrorCode.ACCESS_DENIED,
                        "Access key " + known.accessKeyId() + " has the role "
                                + known.role().label() + ", which does not allow this operation ("
                                + permission.name().toLowerCase(Locale.ROOT) + ").");
            }
        }
    }

    /// Ends when the caller may go on: a body that is too large to be held here is still to be checked
    /// then.
    private Future<Void> admit(Exchange exchange, Permission permission) {
        SignedCall call = begin(exchange);
        if (call == null) {
            bearer(exchange).require(permission);
            return Future.succeededFuture();
        }
        if (call.isCallerKnown()) {
            new Caller(call.caller()).require(permission);
        }
        long length = exchange.contentLength();
        if (!call.isBodySigned()) {
            return Future.succeededFuture();
        }
        var watch = new SignedBody(call, principal -> new Caller(principal).require(permission));
        exchange.watch(watch);
        if (length == 0) {
            watch.end();
            return Future.succeededFuture();
        }
        return length > 0 && length <= heldBytes ? exchange.hold((int) length) : Future.succeededFuture();
    }

    /// The caller of a request whose body is needed to know what it asks for. Reads the body, which must
    /// fit.
    Future<Caller> identify(Exchange exchange) {
        SignedCall call = begin(exchange);
        if (call == null) {
            return Future.succeededFuture(bearer(exchange));
        }
        if (!call.isBodySigned()) {
            return Future.succeededFuture(new Caller(call.caller()));
        }
        var known = new AtomicReference<Caller>();
        var watch = new SignedBody(call, principal -> known.set(new Caller(principal)));
        exchange.watch(watch);
        long length = exchange.contentLength();
        if (length == 0) {
            watch.end();
            return Future.succeededFuture(known.get());
        }
        if (length < 0 || length > MAX_IDENTIFIED) {
            throw Exchange.tooLarge(MAX_IDENTIFIED);
        }
        return exchange.hold((int) length).map(_ -> known.get());
    }

    /// The signature of the request, or null when it brings none.
    private @Nullable SignedCall begin(Exchange exchange) {
        SignatureVerifier verifier = signatures;
        if (verifier == null) {
            return null;
        }
        HttpServerRequest request = exchange.request();
        boolean isSigned = SignatureVerifier.isSigned(request.getHeader("Authorization"), request.query());
        return isSigned ? verifier.begin(signedRequest(request)) : null;
    }

    /// The caller of a request without a signature.
    private Caller bearer(Exchange exchange) {
        BearerTokens bearers = tokens;
        if (bearers == null) {
            return Caller.ANYBODY;
        }
        String authorization = exchange.headers().find("Authorization");
        if (authorization == null) {
            throw new PlatformException(ErrorCode.UNAUTHENTICATED, "Request is missing Authentication Token");
        }
        if (!authorization.startsWith(BEARER)) {
            throw new PlatformException(
                    ErrorCode.INCOMPLETE_SIGNATURE, "Authorization header: AWS4-HMAC-SHA256 or Bearer expected.");
        }
        return new Caller(
                bearers.verify(authorization.substring(BEARER.length()).strip()));
    }

    private static SignedRequest signedRequest(HttpServerRequest request) {
        Map<String, List<String>> headers = new HashMap<>();
        for (Map.Entry<String, String> header : request.headers()) {
            headers.computeIfAbsent(header.getKey().toLowerCase(Locale.ROOT), _ -> new ArrayList<>(1))
                    .add(header.getValue());
        }
        String uri = request.uri();
        int query = uri.indexOf('?');
        return new SignedRequest(
                request.method().name(),
                query < 0 ? uri : uri.substring(0, query),
                query < 0 ? "" : uri.substring(query + 1),
                headers);
    }

    /// Takes the hash of a body that a signature is over.
    private static final class SignedBody implements BodyWatch {
        private final SignedCall call;
        private final Consumer<Principal> known;
        private final MessageDigest digest;

        /// @param known told of the caller at the end, and may refuse it
        SignedBody(SignedCall call, Consumer<Principal> known) {
            this.call = call;
            this.known = known;
            try {
                this.digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }

        @Override
        public void update(Buffer chunk) {
            digest.update(chunk.getBytes());
        }

        @Override
        public void end() {
            known.accept(call.caller(digest.digest()));
        }
    }
}

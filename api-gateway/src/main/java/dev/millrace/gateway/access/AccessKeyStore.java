package dev.millrace.gateway.access;

import dev.millrace.controlplane.AccessKeyResource;
import dev.millrace.controlplane.AccessKeyResource.PreviousSecret;
import dev.millrace.controlplane.Arns;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.identity.AccessKey;
import dev.millrace.identity.AccessKeys;
import dev.millrace.identity.NewAccessKey;
import dev.millrace.identity.Role;
import dev.millrace.identity.SecretSeal;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.Secret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The access keys of the installation: the one of its settings, and those that were made through it.
///
/// Thread-safe. [#find] answers from memory; everything else blocks.
public final class AccessKeyStore implements AccessKeys {
    private static final Logger LOGGER = LoggerFactory.getLogger(AccessKeyStore.class);
    /// How long a rotated secret may go on.
    public static final Duration MAX_GRACE = Duration.ofDays(7);

    private static final int MAX_DESCRIPTION = 256;

    private final @Nullable AccessKey root;
    private final ResourceCatalog catalog;
    private final Arns arns;
    private final @Nullable SecretSeal seal;
    private final NewAccessKey maker;
    private final InstantSource clock;
    private final int maxKeys;
    private final Map<String, Opened> opened = new ConcurrentHashMap<>();

    /// What a revision of a key's document is worth: nothing when its secret cannot be unsealed.
    ///
    /// @param previousUntil until when its previous secret is accepted
    private record Opened(long revision, Optional<AccessKey> key, Instant previousUntil) {
        Optional<AccessKey> at(Instant now) {
            return now.isBefore(previousUntil)
                    ? key
                    : key.map(each -> new AccessKey(each.id(), each.secret(), each.role()));
        }
    }

    /// @param seal null where there is nothing to seal secrets with
    /// @param root of the settings, an administrator that cannot be revoked; null where nobody is asked
    ///     who they are
    public AccessKeyStore(
            @Nullable AccessKey root,
            ResourceCatalog catalog,
            Arns arns,
            @Nullable SecretSeal seal,
            NewAccessKey maker,
            InstantSource clock,
            int maxKeys) {
        this.root = root;
        this.catalog = catalog;
        this.arns = arns;
        this.seal = seal;
        this.maker = maker;
        this.clock = clock;
        this.maxKeys = maxKeys;
    }

    @Override
    public Optional<AccessKey> find(String id) {
        if (root != null && root.id().equals(id)) {
            return Optional.of(root);
        }
        Optional<AccessKeyResource> document = catalog.find(ResourceKind.ACCESS_KEY, id);
        if (document.isEmpty()) {
            opened.remove(id);
            return Optional.empty();
        }
        AccessKeyResource resource = document.get();
        Opened known = opened.get(id);
        if (known == null || known.revision() != resource.revision()) {
            PreviousSecret previous = resource.previous();
            known = new Opened(
                    resource.revision(), unsealed(resource), previous == null ? Instant.MIN : previous.until());
            opened.put(id, known);
        }
        return known.at(clock.instant());
    }

    private Optional<AccessKey> unsealed(AccessKeyResource resource) {
        String id = resource.name();
        try {
            PreviousSecret previous = resource.previous();
            return Optional.of(new AccessKey(
                    id,
                    seal().open(id, resource.sealedSecret()),
                    previous == null ? null : seal().open(id, previous.sealedSecret()),
                    Role.of(resource.role())));
        } catch (IllegalStateException | PlatformException e) {
            // Its holder is a stranger until it is mended; nobody else is concerned.
            LOGGER.atError()
                    .addKeyValue("accessKeyId", id)
                    .addKeyValue("error", e.getMessage())
                    .log("an access key cannot be used: was the master key changed, or its document damaged?");
            return Optional.empty();
        }
    }

    /// Every key that was made, by id; without the one of the settings.
    public List<AccessKeyResource> all() {
        return catalog.all(ResourceKind.ACCESS_KEY);
    }

    /// Makes a key.
    ///
    /// @param description whose it is, at most 256 characters
    public AccessKey create(Role role, String description) {
        if (description.length() > MAX_DESCRIPTION) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR, "description: longer than " + MAX_DESCRIPTION + " characters");
        }
        if (all().size() >= maxKeys) {
            throw new PlatformException(
                    ErrorCode.RESOURCE_LIMIT_EXCEEDED, "there are " + maxKeys + " access keys already");
        }
        AccessKey key = maker.create(role);
        catalog.create(
                ResourceKind.ACCESS_KEY,
                new AccessKeyResource(
                        key.id(),
                        arns.accessKey(key.id()),
                        0,
                        clock.instant(),
                        role.label(),
                        seal().seal(key.id(), key.secret()),
                        null,
                        description));
        return key;
    }

    /// Gives a key another secret.
    ///
    /// @param grace how long the one before still works, from nothing to [#MAX_GRACE]
    public AccessKey rotate(String id, Duration grace) {
        if (grace.isNegative() || grace.compareTo(MAX_GRACE) > 0) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "graceSeconds: " + grace.toSeconds() + " (expected: 0 to " + MAX_GRACE.toSeconds() + ")");
        }
        Secret secret = maker.secret();
        String sealed = seal().seal(id, secret);
        Instant previousUntil = grace.isZero() ? null : clock.instant().plus(grace);
        AccessKeyResource changed = catalog.update(
                        ResourceKind.ACCESS_KEY, id, key -> key.rotated(sealed, previousUntil))
                .orElseThrow(() -> missing(id));
        return new AccessKey(id, secret, Role.of(changed.role()));
    }

    public void delete(String id) {
        if (!catalog.delete(ResourceKind.ACCESS_KEY, id)) {
            throw missing(id);
        }
    }

    private SecretSeal seal() {
        if (seal == null) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "this gateway asks nobody for credentials: set auth.access-key-id and auth.secret-access-key first");
        }
        return seal;
    }

    private PlatformException missing(String id) {
        return root != null && root.id().equals(id)
                ? new PlatformException(
                        ErrorCode.VALIDATION_ERROR,
                        "access key " + id + " is that of the settings: change auth.access-key-id and"
                                + " auth.secret-access-key, and start again")
                : new PlatformException(ErrorCode.RESOURCE_NOT_FOUND, "access key " + id + ": not found");
    }
}

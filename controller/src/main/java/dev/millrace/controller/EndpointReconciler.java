package dev.millrace.controller;

import static dev.millrace.controlplane.ResourceKind.DELETED_ENDPOINT;
import static dev.millrace.controlplane.ResourceKind.ENDPOINT;
import static dev.millrace.controlplane.ResourceKind.INFERENCE_COMPONENT;

import dev.millrace.controlplane.DeletedEndpointResource;
import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InferenceComponentResource;
import dev.millrace.invocation.EndpointName;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Drives one endpoint and its inference components a step from what is to what their documents ask for. Each call
/// looks at everything
/// anew, so a controller that died at any step is followed by one that goes on from there.
///
/// Thread-safe for different endpoints; calls for one endpoint must not overlap.
final class EndpointReconciler {
    private static final Logger LOGGER = LoggerFactory.getLogger(EndpointReconciler.class);

    private final Parts parts;
    private final GenerationStarter starter;
    private final GenerationScaler scaler;
    private final GenerationRemover remover;
    private final GenerationExpiry expiry;
    private final HostInstances hosts;
    private final Map<GenerationKey, GenerationState> states = new ConcurrentHashMap<>();
    private final Set<GenerationKey> woken = ConcurrentHashMap.newKeySet();

    EndpointReconciler(Parts parts) {
        this.parts = parts;
        this.starter = new GenerationStarter(parts);
        this.scaler = new GenerationScaler(parts);
        this.remover = new GenerationRemover(parts);
        this.expiry = new GenerationExpiry(parts);
        this.hosts = new HostInstances(parts);
    }

    /// A request was queued for a generation that has no worker; tell before [#reconcile].
    void wake(GenerationKey generation) {
        woken.add(generation);
    }

    void reconcile(EndpointName name) {
        Optional<EndpointResource> found = parts.catalog().find(ENDPOINT, name.value());
        List<InferenceComponentResource> components = parts.room().of(name);
        if (found.isPresent()) {
            advance(found.get());
        }
        for (InferenceComponentResource component : components) {
            if (component.isDeleting() || found.isEmpty()) {
                delete(component);
            } else {
                advanceGenerations(component);
            }
        }
        removeOrphans(name, found, components);
    }

    /// Another controller goes on with the endpoint.
    void release(EndpointName endpoint) {
        parts.placements().forgetWaiting(endpoint);
        parts.decisions().forget(endpoint);
        woken.removeIf(key -> key.endpoint().equals(endpoint));
        states.keySet().stream()
                .filter(key -> key.endpoint().equals(endpoint))
                .toList()
                .forEach(this::forget);
    }

    /// Ends what was begun in the background; the next controller begins it again.
    void close() {
        states.values().forEach(GenerationState::close);
    }

    private void advance(EndpointResource endpoint) {
        if (endpoint.isDeleting()) {
            delete(endpoint);
        } else {
            advanceGenerations(endpoint);
        }
    }

    private <D extends Deployed<D>> void advanceGenerations(Deployed<D> deployed) {
        Generation serving = deployed.serving();
        if (serving != null && serving.isHost()) {
            hosts.count(deployed, serving);
        } else if (serving != null) {
            var key = key(deployed, serving);
            scaler.scale(deployed, serving, state(key), woken.remove(key));
            expiry.look(deployed.endpoint(), serving, state(key));
        }
        Generation pending = deployed.pending();
        if (pending != null) {
            starter.bringUp(deployed, pending, state(key(deployed, pending)));
        }
        for (Generation draining : deployed.draining()) {
            remover.drain(deployed, draining, state(key(deployed, draining)));
            expiry.look(deployed.endpoint(), draining, state(key(deployed, draining)));
        }
    }

    private void delete(InferenceComponentResource component) {
        boolean isAllGone = true;
        for (Generation generation : component.generations()) {
            isAllGone &= remover.remove(component, generation, state(key(component, generation)));
        }
        if (isAllGone) {
            var _ = parts.catalog().delete(INFERENCE_COMPONENT, component.name());
            LOGGER.atInfo()
                    .addKeyValue("endpoint", component.endpoint())
                    .addKeyValue("component", component.name())
                    .log("inference component removed");
        }
    }

    private void delete(EndpointResource endpoint) {
        keepForNotifications(endpoint);
        boolean isAllGone = true;
        for (Generation generation : endpoint.generations()) {
            isAllGone &= remover.remove(endpoint, generation, state(key(endpoint, generation)));
        }
        if (isAllGone) {
            var _ = parts.catalog().delete(ENDPOINT, endpoint.name());
            LOGGER.atInfo().addKeyValue("endpoint", endpoint.endpoint()).log("endpoint removed");
        }
    }

    /// Before anything is taken away, so that every notification of the endpoint's calls finds what it needs.
    private void keepForNotifications(EndpointResource endpoint) {
        boolean isKept = parts.catalog().find(DELETED_ENDPOINT, endpoint.name()).stream()
                .anyMatch(deleted -> deleted.holds(endpoint));
        if (isKept) {
            return;
        }
        Instant now = parts.clock().instant();
        if (parts.catalog()
                .update(DELETED_ENDPOINT, endpoint.name(), deleted -> deleted.with(endpoint, now))
                .isEmpty()) {
            var _ = parts.catalog().create(DELETED_ENDPOINT, DeletedEndpointResource.of(endpoint, now));
        }
    }

    /// Placements and memories of generations that no document names: left by a controller that died
    /// after the last step, or by an endpoint that is gone.
    private void removeOrphans(
            EndpointName name, Optional<EndpointResource> seen, List<InferenceComponentResource> components) {
        Set<GenerationKey> orphans = new HashSet<>(parts.placements().placed(name));
        states.keySet().stream().filter(key -> key.endpoint().equals(name)).forEach(orphans::add);
        orphans.removeAll(keys(Stream.concat(seen.stream(), components.stream())));
        if (orphans.isEmpty()) {
            return;
        }
        orphans.removeAll(keys(
                Stream.concat(parts.catalog().load(ENDPOINT, name.value()).stream(), parts.room().of(name).stream())));
        for (GenerationKey orphan : orphans) {
            parts.placements().remove(orphan);
            forget(orphan);
        }
    }

    private void forget(GenerationKey key) {
        GenerationState state = states.remove(key);
        if (state != null) {
            state.close();
        }
        parts.decisions().forget(key);
        woken.remove(key);
    }

    private GenerationState state(GenerationKey key) {
        return states.computeIfAbsent(
                key, _ -> new GenerationState(parts.clock().instant()));
    }

    private static Set<GenerationKey> keys(Stream<? extends Deployed<?>> deployed) {
        return deployed.flatMap(each -> each.generations().stream().map(generation -> key(each, generation)))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static GenerationKey key(Deployed<?> deployed, Generation generation) {
        return new GenerationKey(deployed.endpoint(), generation.id());
    }
}

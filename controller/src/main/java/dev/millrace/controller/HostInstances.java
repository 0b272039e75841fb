package dev.millrace.controller;

import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InferenceComponentResource;

/// Counts the instances of an endpoint that hosts inference components, and writes the count down for people.
final class HostInstances {
    private final Parts parts;

    HostInstances(Parts parts) {
        this.parts = parts;
    }

    void count(Deployed<?> deployed, Generation host) {
        switch (deployed) {
            case EndpointResource endpoint -> count(endpoint, host);
            case InferenceComponentResource _ -> {}
        }
    }

    private void count(EndpointResource endpoint, Generation host) {
        int instances = parts.room().instances(endpoint, host);
        boolean isSame = host.currentInstances() == instances && host.desiredInstances() == instances;
        if (isSame && !endpoint.isSettling()) {
            return;
        }
        parts.catalog()
                .update(
                        endpoint.kind(),
                        endpoint.name(),
                        document -> document.withGeneration(host.id(), each -> each.withInstances(instances, instances))
                                .settled(null, parts.clock().instant()));
    }
}

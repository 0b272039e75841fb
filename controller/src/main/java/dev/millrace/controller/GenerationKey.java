package dev.millrace.controller;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.GenerationId;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.Placement;

/// One generation of one endpoint.
record GenerationKey(EndpointName endpoint, GenerationId generation) {
    static GenerationKey of(LaneId lane) {
        return new GenerationKey(lane.endpoint(), lane.generation());
    }

    static GenerationKey of(Placement placement) {
        return new GenerationKey(placement.endpoint(), placement.generation());
    }

    @Override
    public String toString() {
        return endpoint + "/" + generation;
    }
}

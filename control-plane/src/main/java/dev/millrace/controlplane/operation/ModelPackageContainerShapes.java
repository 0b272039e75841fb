package dev.millrace.controlplane.operation;

import static dev.millrace.controlplane.shape.Member.kept;
import static dev.millrace.controlplane.shape.Member.refused;
import static dev.millrace.controlplane.shape.Member.works;

import dev.millrace.controlplane.shape.Shape.Flag;
import dev.millrace.controlplane.shape.Shape.Items;
import dev.millrace.controlplane.shape.Shape.Rule;
import dev.millrace.controlplane.shape.Shape.Structure;
import dev.millrace.controlplane.shape.Shape.Text;

/// What model packages say about the containers that serve them.
final class ModelPackageContainerShapes {
    private static final int ANY_NUMBER = Integer.MAX_VALUE;

    private static final Structure BASE_MODEL = Structure.of(
            "BaseModel",
            kept("HubContentName", CommonShapes.NAME),
            kept("HubContentVersion", new Text(5, 14, "\\d{1,4}.\\d{1,4}.\\d{1,4}")),
            kept("RecipeName", new Text(0, 255)));

    private static final Structure CONTAINER = Structure.of(
                    "ModelPackageContainerDefinition",
                    kept("ContainerHostname", CommonShapes.NAME),
                    works("Image", ModelShapes.IMAGE),
                    kept("ImageDigest", CommonShapes.DIGEST),
                    works("ModelDataUrl", ModelShapes.MODEL_DATA),
                    works("ModelDataSource", ModelShapes.MODEL_DATA_SOURCE),
                    kept("ProductId", new Text(0, 256, "[a-zA-Z0-9](-*[a-zA-Z0-9])*")),
                    works("Environment", ModelShapes.ENVIRONMENT),
                    kept(
                            "ModelInput",
                            Structure.of(
                                    "ModelInput",
                                    kept("DataInputConfig", new Text(1, 16_384, "[\\S\\s]+"))
                                            .required())),
                    kept("Framework", new Text(0, 1024)),
                    kept("FrameworkVersion", new Text(3, 10, "[0-9]\\.[A-Za-z0-9.-]+")),
                    kept("NearestModelName", new Text(0, 1024)),
                    refused("AdditionalModelDataSources", "Additional model data sources are"),
                    refused("AdditionalS3DataSource", "Additional model data sources are"),
                    kept("ModelDataETag", new Text(0, 1024)),
                    kept("IsCheckpoint", new Flag()),
                    kept("BaseModel", BASE_MODEL))
            .with(Rule.atMostOneOf("ModelDataUrl", "ModelDataSource"), ModelShapes.SOURCE_HAS_S3);

    private static final Items CONTAINERS = new Items(1, 15, CONTAINER);
    private static final Items CONTENT_TYPES = new Items(0, ANY_NUMBER, new Text(0, 256));
    private static final Items MIME_TYPES = new Items(0, ANY_NUMBER, new Text(0, 1024, "[-\\w]+\\/.+"));

    static final Structure INFERENCE_SPECIFICATION = Structure.of(
            "InferenceSpecification",
            works("Containers", CONTAINERS).required(),
            kept("SupportedTransformInstanceTypes", new Items(1, ANY_NUMBER, CommonShapes.INSTANCE_TYPE)),
            kept("SupportedRealtimeInferenceInstanceTypes", new Items(0, ANY_NUMBER, CommonShapes.INSTANCE_TYPE)),
            kept("SupportedContentTypes", CONTENT_TYPES),
            kept("SupportedResponseMIMETypes", MIME_TYPES));

    static final Items ADDITIONAL = new Items(
            1,
            15,
            Structure.of(
                    "AdditionalInferenceSpecificationDefinition",
                    works("Name", CommonShapes.NAME_OF_ONE_OR_MORE).required(),
                    kept("Description", CommonShapes.DESCRIPTION),
                    works("Containers", CONTAINERS).required(),
                    kept("SupportedTransformInstanceTypes", new Items(1, ANY_NUMBER, CommonShapes.INSTANCE_TYPE)),
                    kept(
                            "SupportedRealtimeInferenceInstanceTypes",
                            new Items(0, ANY_NUMBER, CommonShapes.INSTANCE_TYPE)),
                    kept("SupportedContentTypes", CONTENT_TYPES),
                    kept("SupportedResponseMIMETypes", MIME_TYPES)));

    private ModelPackageContainerShapes() {}
}

namespace MqttPay.FirmwareSim.Devices;

/// <summary>Why a device pays no attention to what came in.</summary>
internal enum ReplyProblem
{
    None = 0,
    Malformed,
    NothingOpen,
    WrongName,
    WrongEdge,
    NotIncluded,
    BadSignature,
    NoConfig,
    ForAnother,
    OldVersion,
    NotApproved,
}

namespace MqttPay.CloudSync.Leases;

/// <summary>Why an edge's fence rose. Names are stored.</summary>
internal enum FenceCause
{
    /// <summary>A batch that does not follow what the cloud has.</summary>
    Fork,
    /// <summary>A sync that tells of an earlier or another history than the cloud has.</summary>
    Rollback,
    /// <summary>A sync under a fence that the edge had left already: two boxes, or an old disk.</summary>
    Replaced,
    /// <summary>The edge froze itself over a device's receipt.</summary>
    Frozen,
    /// <summary>An operator took leases back by force.</summary>
    Reclaim,
    /// <summary>An operator wanted it.</summary>
    Asked,
}

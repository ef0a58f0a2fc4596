using System.Buffers.Binary;
using System.Security.Cryptography;
using MqttPay.Rounds;

namespace MqttPay.EdgeAgent.Storage;

/// <summary>How a journal is kept.</summary>
internal sealed record JournalOptions
{
    /// <summary>Bytes of a segment, header included.</summary>
    public long SegmentSize { get; init; } = 64 << 20;

    /// <summary>8, or 4,096 where a torn block may harm the frames beside it (SD cards, unknown eMMC).</summary>
    public int Align { get; init; } = JournalFrame.Alignment;

    /// <summary>Accepts a file system that forgets. For demonstrations and tests.</summary>
    public bool AllowVolatile { get; init; }

    /// <summary>Draws the seed of a segment.</summary>
    public Func<uint> Seed { get; init; } = DrawSeed;

    /// <summary>Where work goes that no append waits for: the next spare, the cut of a closed segment.</summary>
    public Action<Action> Background { get; init; } = work => ThreadPool.QueueUserWorkItem(_ => work());

    /// <summary>Reads a round's place from its bytes, for the header of a segment that begins with it.</summary>
    public Func<ReadOnlyMemory<byte>, RoundPlace>? PlaceOf { get; init; }

    private static uint DrawSeed() => BinaryPrimitives.ReadUInt32LittleEndian(RandomNumberGenerator.GetBytes(4));
}

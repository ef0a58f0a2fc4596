using MqttPay.Payments;
using MqttPay.Settlement;
using MqttPay.Wire;

namespace MqttPay.Simulation;

/// <summary>Turns rounds into what the reconciler reads, as the cloud's ingest does.</summary>
internal static class SimBatch
{
    public static IReadOnlyList<JournalItem> ItemsOf(IReadOnlyList<SignedRound> rounds)
    {
        List<JournalItem> items = [];
        foreach (var round in rounds)
            foreach (var leaf in round.Leaves) items.Add(ItemOf(items.Count, round.Header, leaf));
        return items;
    }

    public static Hash DigestOf(byte[] message)
    {
        Invariant.Holds(RequestCodec.TryParse(message, out var view) is WireError.None);
        return view.Digest(message);
    }

    private static JournalItem ItemOf(int position, RoundHeader header, Leaf leaf)
    {
        if (leaf is Leaf.Event told)
        {
            Invariant.Holds(EventCodec.TryParse(told.Body, out var body) is WireError.None);
            return new JournalItem.Happened(position, header.Number, header.Unix, body!, told.Body, null);
        }

        var decided = (Leaf.Decided)leaf;
        Invariant.Holds(RequestCodec.TryParse(decided.Request, out var view) is WireError.None);
        Invariant.Holds(DecisionCodec.TryParse(decided.Decision, out var decision) is WireError.None);
        return new JournalItem.Decided(
            position, header.Number, header.Unix, decided.Request, decided.Decision, view.ToRequest(),
            view.Digest(decided.Request), decision!, true);
    }
}

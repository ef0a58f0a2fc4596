Console.Error.WriteLine("MqttPay.CloudSync: no verbs yet.");
return 2;

"""Classifies irises by logistic regression, logs how well, and saves the model."""
import argparse
import csv
import os
import pickle

from azureml.logging import get_azureml_logger
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

parser = argparse.ArgumentParser()
parser.add_argument("--regularization", type=float, default=0.01, help="strength; larger is stronger")
arguments = parser.parse_args()

with open("iris.csv") as file:
    rows = list(csv.DictReader(file))
species = [row.pop("species") for row in rows]
features = [[float(value) for value in row.values()] for row in rows]
print("read %d irises of %d species" % (len(rows), len(set(species))))

train_x, test_x, train_y, test_y = train_test_split(features, species, test_size=0.35, random_state=0)
model = LogisticRegression(C=1 / arguments.regularization, max_iter=1000).fit(train_x, train_y)
accuracy = accuracy_score(test_y, model.predict(test_x))
print("accuracy %.4f" % accuracy)

logger = get_azureml_logger()
logger.log("Regularization", arguments.regularization)
logger.log("Accuracy", accuracy)

os.makedirs("outputs", exist_ok=True)
with open("outputs/model.pkl", "wb") as file:
    pickle.dump(model, file)
